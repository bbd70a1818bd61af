"""The township: its tables, its rules and what people may do. No Telegram, no sentences but labels and refusals."""
