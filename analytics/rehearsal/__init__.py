"""What other thresholds would have done: the last months judged again, nothing written."""
