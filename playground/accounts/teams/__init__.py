"""Teams as people work with them: members, invitations, settings, and the log of changes."""
