"""The assembly: what a serving process is made of. Imported by nobody but the command."""
