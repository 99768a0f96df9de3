"""From a list to a post: rounds, candidacies, appointments, by the declared machines."""
