"""Review and publish: what changed, a second person's word, going live, the way back, and what is switched off."""
