"""Jobs of offers: sales find the acceptances that they came from."""

from backend.engagement.offers import service

tie_sales = service.tie_sales
