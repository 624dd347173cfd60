"""The words of the pages in Chinese and English, and how numbers and times read."""
