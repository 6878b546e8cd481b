"""The content team's studio: server-rendered pages that work without JavaScript, on a port of their own."""
