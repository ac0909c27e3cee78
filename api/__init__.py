"""What people and machines call: FastAPI, pages, and the all-in-one process."""
