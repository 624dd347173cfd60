"""Who may see and do what: tokens, sign-in, permissions, and the boundary for small counts."""
