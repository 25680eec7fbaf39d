"""What a demo begins with: a company whose Amazon accounts are connected already."""
