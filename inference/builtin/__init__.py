"""The built-in model: its corpus, tokenizer, training, weights and evaluation."""
