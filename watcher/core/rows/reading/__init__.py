"""One item of a list: its pieces, and the headline, link, date and summary chosen among them."""
