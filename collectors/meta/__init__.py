"""Meta: what its webhooks tell of pages and business accounts."""
