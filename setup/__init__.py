"""Sets the project's environment up. Standard library only: nothing is installed yet."""
