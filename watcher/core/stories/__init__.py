"""Stories: Items of different publishers placed with the announcement they tell, its status, and who told it first."""
