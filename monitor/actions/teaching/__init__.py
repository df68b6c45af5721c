"""What people teach the program: keyword rules, marks on articles, and packs trained from them."""
