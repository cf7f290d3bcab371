"""The web kit: what screens are made of."""
