"""How good tickets and forecasts are, held against an answer sheet that the analytics never see."""
