"""Text messages: Twilio's webhooks in, its REST API out."""
