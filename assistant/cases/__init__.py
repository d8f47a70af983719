"""What leaves the service and must arrive: mails, through an outbox."""
