"""Who reports and who has fallen silent."""
