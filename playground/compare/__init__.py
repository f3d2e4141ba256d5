"""The workbench: sessions of comparisons, run side by side and streamed."""
