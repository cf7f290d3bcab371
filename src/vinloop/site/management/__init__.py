"""Commands about the product as a whole."""
