"""Filters for the pages that speak of customers; they render words and decide nothing."""
