"""The engines that this site can run on: how each stands, and starting and stopping them."""
