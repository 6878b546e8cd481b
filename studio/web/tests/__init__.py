"""The Tests screen: conversations that must keep working, played with the draft, and the draft beside what is live."""
