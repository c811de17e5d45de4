"""How each kind of model is learned from two days of a portfolio, and how it scores a day: pure, frames in and out."""
