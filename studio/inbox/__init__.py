"""What residents asked that went badly, masked: grouped, decided on, and used to get better."""
