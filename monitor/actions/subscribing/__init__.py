"""Actions on subscriptions: subscribe, schedule, pause; sign-up and links of readers."""
