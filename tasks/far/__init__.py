"""What every far side needs: HTTP, access tokens, signatures, secrets, and the plug-ins that speak to it."""
