"""The demo home: accounts that everybody may use, and labelled citizens who wait. Never in a home that has accounts."""
