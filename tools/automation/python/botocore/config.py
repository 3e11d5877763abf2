class Config:
    def __init__(self, retries=None):
        self.retries = retries
