"""Amazon Ads: the consent page of Login with Amazon for it, and the regional API hosts."""
