"""Every SELECT of playbooks."""
