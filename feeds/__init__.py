"""Where numbers come from: events in, history, figures out. No web library is loaded here."""
