"""Snipcart's API as an OpenAPI description, which client and fake must both follow."""
