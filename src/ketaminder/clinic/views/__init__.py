"""What each address answers: who asks is checked at the gate, what is answered is composed in `pages`."""
