package pipelines;

import static pipelines.Services.callPythonMLService;
import static pipelines.Services.updateGoMicroservice;

import io.gaia.sdk.GaiaJob;
import java.util.Map;

// Java Service Integration
public class ServiceOrchestrationJob implements GaiaJob {
    public void execute(Map<String, Object> args) {
        // Coordinate multiple services across languages
        callPythonMLService(args.get("model_params"));
        updateGoMicroservice(args.get("service_config"));
    }
}
