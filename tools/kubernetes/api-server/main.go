// The API server of Kubernetes for custom resources alone, without authentication, for tests on this machine.
package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"strconv"

	"k8s.io/apiextensions-apiserver/pkg/cmd/server"
	"k8s.io/apiextensions-apiserver/pkg/cmd/server/options"
)

// Arguments: the URL of etcd, a free port, a folder for certificates, a kubeconfig.
func main() {
	port, err := strconv.Atoi(os.Args[2])
	check(err)
	o := options.NewCustomResourceDefinitionsServerOptions(os.Stdout, os.Stderr)
	recommended := o.RecommendedOptions
	recommended.Etcd.StorageConfig.Transport.ServerList = []string{os.Args[1]}
	recommended.SecureServing.BindAddress = net.IPv4(127, 0, 0, 1)
	recommended.SecureServing.BindPort = port
	recommended.SecureServing.ServerCert.CertDirectory = os.Args[3]
	recommended.CoreAPI.CoreAPIKubeconfigPath = os.Args[4]
	recommended.Authentication = nil
	recommended.Authorization = nil
	recommended.Admission = nil
	recommended.Features.EnablePriorityAndFairness = false
	check(o.Complete())
	check(server.Run(context.Background(), o))
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
