"""What all pages share: guards, response headers, error pages, limits, template filters."""
