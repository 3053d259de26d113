"""All that the product asks of the web, and the sandbox in which its answers are parsed."""
