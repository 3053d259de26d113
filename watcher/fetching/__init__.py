"""The only HTTP GET of the product, and the sandbox in which its answers are parsed."""
