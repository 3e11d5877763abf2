class ClientError(Exception):
    def __init__(self, response, operation):
        super().__init__(f"An error occurred ({response['Error']['Code']}) when calling the {operation} operation: {response['Error']['Message']}")
        self.response = response
