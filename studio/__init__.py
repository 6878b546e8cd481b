"""The workshop of the content team: check, edit, test and publish what the assistant says."""
