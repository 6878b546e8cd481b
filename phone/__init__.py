"""A phone on the desk: a simulated Twilio, so that texting can be tried without an account. Never for production."""
