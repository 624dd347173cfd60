"""Telling others: webhooks, and the attempts to deliver to them."""
