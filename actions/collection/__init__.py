"""Collection: when the bins of an address are emptied, and which bin a thing goes into."""
