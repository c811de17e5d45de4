"""The assistant: answers from approved articles, always with the place it quotes, and hands over to a person."""
