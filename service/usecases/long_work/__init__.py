"""Long work that is watched and stopped: rescoring and its like."""
