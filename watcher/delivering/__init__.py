"""The steps of the delivery flow (deliver.py): planning, composing, sending, recording; and probing channels."""
