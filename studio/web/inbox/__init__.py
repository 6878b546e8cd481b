"""The inbox: masked messages that went badly, decided on by people; and how the assistant does, in counts."""
